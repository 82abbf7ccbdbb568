#!/bin/sh
# The first process of a guest kernel; guest.sh starts the kernel, and says where in GUEST_RUN and GUEST_OUT.
# The root is this machine's, with a layer in memory above it that takes what is written. Process 1 itself must be the one that moves
# to it: the kernel starts modprobe in the root of process 1, and finds no driver in the other one.
set -eu
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
store=${GUEST_RUN%/*}
release=$(uname -r)

# user-mode-linux sees the files of this machine by hostfs; qemu comes here from initramfs.sh with the new root in place.
if [ "${1:-}" != moved ]; then
  mount -t proc proc /proc
  insmod "$store/uml/usr/lib/uml/modules/$release/kernel/fs/overlayfs/overlay.ko"
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/lower /mnt/upper /mnt/work /mnt/root
  mount -t hostfs -o ro none /mnt/lower
  mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
  mount -t proc proc /mnt/root/proc
  mount -t sysfs sysfs /mnt/root/sys
  mount -t devtmpfs devtmpfs /mnt/root/dev
  # It says on the error output that the old root was no initramfs, which is so.
  exec switch_root /mnt/root "$0" moved 2>/dev/null
fi
exec 2>&1

mkdir -p /dev/pts /dev/shm /out
mount -t devpts devpts /dev/pts
for folder in /dev/shm /run /var/tmp; do
  mount -t tmpfs tmpfs $folder
done
if [ -d "$store/uml/usr/lib/uml/modules/$release" ]; then
  drivers=$store/uml/usr/lib/uml/modules/$release
  share() { mount -t hostfs -o "$1" none "$2"; }
else
  drivers=$store/tcg/lib/modules/$release
  share() { mount -t 9p -o trans=virtio,version=9p2000.L,msize=131072 "$3" "$2"; }
fi
share "$GUEST_RUN" "$GUEST_RUN" run
share "$GUEST_OUT" /out out
mkdir -p /lib/modules
ln -sfn "$drivers" "/lib/modules/$release"
ip link set lo up

stty -opost </dev/console
: >"$GUEST_RUN/started"
# guest.sh ends the guest after that time; this is for a guest.sh that was killed.
(sleep "$GUEST_TIMEOUT" && "$store/busybox/bin/busybox" poweroff -f) &
code=0
TMPDIR=/var/tmp LANG=C.UTF-8 TERM=dumb setsid bash "$GUEST_RUN/command" </dev/null || code=$?
dmesg >"$GUEST_RUN/dmesg" || true
echo $code >"$GUEST_RUN/code"
sync
exec "$store/busybox/bin/busybox" poweroff -f
