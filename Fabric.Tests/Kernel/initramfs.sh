#!/bin/sh
# The first process under qemu: loads the drivers by which it sees this machine's files, and goes on as boot.sh with these as its root.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
while read -r driver; do
  $b insmod "/drivers/$driver"
done </drivers/order
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro root /lower
$b mount -t tmpfs tmpfs /upper
$b mkdir /upper/upper /upper/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/upper/upper,workdir=/upper/work overlay /newroot
for folder in proc sys dev; do
  $b mount --move /$folder /newroot/$folder
done
exec $b switch_root /newroot "$GUEST_BOOT" moved
