#!/usr/bin/env bash
# Runs a command on a kernel of its own that has the openvswitch module: a guest of this one. docs/testing-kernel.md has more.
#
#   guest.sh setup            makes everything ready that a run needs, once: packages, the kernel, the shim
#   guest.sh run COMMAND...   boots, runs COMMAND as root in this folder, and ends with its code; a single word is a line for bash
#
#   MODE     uml: user-mode-linux, one processor, as fast as this machine (default); tcg: qemu, two processors, slow
#   OUT      the folder that is /out in there, writable; everything else that is written there is gone after the run
#   MEMORY   2G      TIMEOUT  600, in seconds      CPU  the processor of this machine that uml runs on, drawn if not said
#
# Ends with 3 and one sentence on the error output where this machine cannot run a guest, and with 125 if the guest did not finish.
set -euo pipefail

readonly cannot=3 unfinished=125
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
store=$root/artifacts/guest
mode=${MODE:-uml}
timeout=${TIMEOUT:-600}

refuse() {
  echo "guest: $1" >&2
  exit $cannot
}

# ---- setup ----

setup() {
  [[ "$(uname -sm)" == "Linux x86_64" ]] || refuse "guest kernels are for Linux on x86-64 only, and this is $(uname -sm)"
  [[ "$store" != *[\ :,]* ]] || refuse "a folder with a blank, comma or colon in its name cannot be shared with a guest: $root"
  mkdir -p "$store" && [[ -w $store ]] || refuse "the folder $store is not this user's"
  # Whoever comes second finds everything done.
  exec 9>"$store/lock"
  flock 9
  install_tools
  [[ -x $store/busybox/bin/busybox ]] || unpack busybox-static busybox
  case $mode in
    uml)
      [[ -x $store/uml/usr/bin/linux.uml ]] || unpack user-mode-linux uml
      compile fpstate
      compile addresses
      ;;
    tcg)
      [[ -d $store/tcg/lib/modules ]] || unpack_image
      [[ -f $store/initramfs && $store/initramfs -nt $here/initramfs.sh ]] || make_initramfs
      ;;
    *) refuse "MODE is uml or tcg, not $mode" ;;
  esac
  exec 9>&-
}

# A library to be preloaded.
compile() {
  gcc -O2 -Wall -Werror -shared -fPIC -o "$store/$1.so" "$here/$1.c" || refuse "gcc could not compile $1.c"
}

# The command that a package is wanted for, and the package.
install_tools() {
  local wanted="modprobe:kmod gcc:gcc ip:iproute2 ping:iputils-ping ovs-dpctl:openvswitch-switch" missing="" pair
  [[ $mode != tcg ]] || wanted+=" qemu-system-x86_64:qemu-system-x86"
  for pair in $wanted; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null || missing+=" ${pair##*:}"
  done
  [[ -f /usr/include/x86_64-linux-gnu/sys/uio.h ]] || missing+=" libc6-dev"
  [[ -n $missing ]] || return 0
  [[ $EUID == 0 ]] || refuse "these packages are missing and only root can install them:$missing"
  update
  echo "guest: installing$missing"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$store/apt.log" 2>&1 </dev/null ||
    refuse "apt-get could not install these packages (see $store/apt.log):$missing"
}

# Unpacks a package without installing it: its kernel is no kernel for this machine.
unpack() {
  local package=$1 folder=$store/$2
  rm -rf "$folder" "$store/download"
  mkdir -p "$store/download"
  (cd "$store/download" && { download "$package" || { update && download "$package"; }; }) ||
    refuse "apt-get could not download the package $package (see $store/apt.log)"
  dpkg-deb -x "$store"/download/*.deb "$folder.part"
  mv "$folder.part" "$folder"
  rm -rf "$store/download"
}

download() { apt-get download -qq -o APT::Sandbox::User=root "$1" >"$store/apt.log" 2>&1; }

update() {
  command -v apt-get >/dev/null || refuse "there is no apt-get, and the guest kernel is a Debian package"
  apt-get update -qq >"$store/apt.log" 2>&1 || refuse "apt-get update failed, so there is no guest kernel (see $store/apt.log)"
}

unpack_image() {
  command -v apt-cache >/dev/null || refuse "there is no apt-cache, and the guest kernel is a Debian package"
  local image
  image=$(apt-cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }')
  [[ -n $image ]] || { update && image=$(apt-cache depends linux-image-amd64 | awk '$1 == "Depends:" { print $2; exit }'); }
  unpack "$image" tcg
  depmod -b "$store/tcg" "$(ls "$store/tcg/lib/modules")"
}

# What the Debian kernel needs before it sees the root of this machine: drivers, loaded in order by initramfs.sh.
make_initramfs() {
  local tree release driver
  tree=$(mktemp -d)
  release=$(ls "$store/tcg/lib/modules")
  mkdir -p "$tree"/{bin,proc,sys,dev,drivers,lower,upper,newroot}
  cp "$store/busybox/bin/busybox" "$tree/bin/"
  ln -s busybox "$tree/bin/sh"
  install -m 755 "$here/initramfs.sh" "$tree/init"
  for driver in virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$store/tcg" -S "$release" --show-depends "$driver"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r driver; do
    cp "$driver" "$tree/drivers/"
    basename "$driver" >>"$tree/drivers/order"
  done
  (cd "$tree" && find . | "$store/busybox/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) >"$store/initramfs.part"
  mv "$store/initramfs.part" "$store/initramfs"
  rm -rf "$tree"
}

# ---- run ----

run() {
  setup
  run=$(mktemp -d "$store/run.XXXXXX")
  out=$(realpath -m "${OUT:-$run/out}")
  mkdir -p "$out"
  trap 'stop; rm -rf "$run" "${memory_folder:-}"' EXIT
  {
    declare -px | grep -E '^declare -x (PATH|HOME|FABRIC_|DOTNET_)' || true
    printf 'export FABRIC_GUEST=%q\ncd %q\n' "$mode" "$PWD"
    # Mapping a page twice, so that no code is ever writable, takes a system call for each method that .NET compiles.
    [[ $mode != uml ]] || printf 'export LD_PRELOAD=%q DOTNET_EnableWriteXorExecute=0\n' "$store/addresses.so"
    if (($# == 1)); then printf '%s\n' "$1"; else printf '%q ' "$@"; fi
  } >"$run/command"
  "boot_$mode"
  sleep "$timeout" &
  timer=$!
  wait -n "$kernel" "$timer" || true
  if [[ -f $run/code ]]; then
    exit "$(cat "$run/code")"
  fi
  did_not_finish
}

boot_uml() {
  find_memory
  # It has one processor. Its processes are traced, which wakes the tracer at every system call and page fault: ten times dearer when
  # the two are not on the same processor of this machine, and that one is asleep.
  local processors=($(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }'))
  local processor=${CPU:-${processors[RANDOM % ${#processors[@]}]}}
  # Before what else runs here, where root allows it: the guest cannot go to another processor when this one is taken.
  local before=()
  [[ $EUID != 0 ]] || before=(nice -n -15)
  # Its memory is a file in TMPDIR, which it maps again and again.
  TMPDIR=$memory_folder LD_PRELOAD=$store/fpstate.so setsid "${before[@]}" taskset -c "$processor" "$store/uml/usr/bin/linux.uml" mem="${MEMORY:-2G}" umid=guest uml_dir="$memory_folder" quiet loglevel=0 \
    rootfstype=hostfs rootflags=/ ro con=null con0=null,fd:1 con1=null init="$here/boot.sh" GUEST_RUN="$run" GUEST_OUT="$out" GUEST_TIMEOUT="$timeout" </dev/null 2>"$run/log" &
  kernel=$!
}

boot_tcg() {
  setsid qemu-system-x86_64 -accel tcg,thread=multi,tb-size=512 -cpu max -M q35 \
    -m "${MEMORY:-2G}" -smp 2 -display none -nodefaults -serial stdio -no-reboot \
    -virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
    -virtfs local,path="$run",mount_tag=run,security_model=none -virtfs local,path="$out",mount_tag=out,security_model=none \
    -kernel "$store"/tcg/boot/vmlinuz-* -initrd "$store/initramfs" \
    -append "console=ttyS0 quiet loglevel=0 panic=-1 mitigations=off nokaslr GUEST_BOOT=$here/boot.sh GUEST_RUN=$run GUEST_OUT=$out GUEST_TIMEOUT=$timeout" \
    </dev/null 2>"$run/log" &
  kernel=$!
}

# Where the guest's memory can be: files there must be as large as the memory, and executable.
find_memory() {
  local need folder
  need=$(numfmt --from=iec "${MEMORY:-2G}")
  for folder in /dev/shm "$store"; do
    if [[ -w $folder ]] && (($(df --output=avail -B1 "$folder" | tail -1) > need)) && is_executable "$folder"; then
      memory_folder=$(mktemp -d "$folder/fabric-guest.XXXXXX")
      return
    fi
  done
  refuse "neither /dev/shm nor $store has ${MEMORY:-2G} free for the guest's memory, in a file system that allows to execute"
}

is_executable() { ! findmnt -no OPTIONS -T "$1" | grep -qw noexec; }

did_not_finish() {
  if [[ ! -f $run/started ]] && grep -qi ptrace "$run/log"; then
    refuse "user-mode-linux cannot trace processes here, which needs ptrace: $(grep -i ptrace "$run/log" | tail -1)"
  fi
  if [[ -f $run/started ]]; then
    echo "guest: the command did not finish within $timeout s, or the guest kernel failed; its own words follow" >&2
  else
    echo "guest: the guest kernel did not come up; its own words follow" >&2
  fi
  tail -20 "$run/log" >&2
  exit $unfinished
}

# Each process of the guest is one of this machine, in the group of the kernel.
stop() {
  [[ -z ${timer:-} ]] || kill "$timer" 2>/dev/null || true
  [[ -z ${kernel:-} ]] || kill -KILL -- "-$kernel" 2>/dev/null || true
  wait 2>/dev/null
}

case ${1:-} in
  setup) setup ;;
  run)
    shift
    run "$@"
    ;;
  *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
