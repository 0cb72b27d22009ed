#!/bin/sh
# Makes a droplet of a fresh Debian: customize.sh ROOT RESOURCES
set -eu
root=$1
resources=$2

cp "$resources/cloud.cfg" "$root/etc/cloud/cloud.cfg"
# The files that the package brings choose other data sources; the one about logging stays.
find "$root/etc/cloud/cloud.cfg.d" -type f ! -name 05_logging.cfg -delete
cp "$resources/dpkg.cfg" "$root/etc/dpkg/dpkg.cfg.d/90droplet"
mkdir -p "$root/usr/lib/localcloud"
cp "$resources/dpkg.sh" "$root/usr/lib/localcloud/dpkg"
chmod 755 "$root/usr/lib/localcloud/dpkg"
cp "$resources/apt.conf" "$root/etc/apt/apt.conf.d/90droplet"
if [ -f "$resources/acquire.conf" ]; then cp "$resources/acquire.conf" "$root/etc/apt/apt.conf.d/91host"; fi
rm -f "$root/etc/apt/apt.conf.d/99mmdebstrap" "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"

# Packages register alternatives for manuals, which fails where the folders are missing.
for section in 1 2 3 4 5 6 7 8 9; do mkdir -p "$root/usr/share/man/man$section"; done

# Timers that take the package lock at random moments, and what only a machine with a console or disks needs.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer systemd-networkd.service getty.target console-getty.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"

# sshd must not answer before cloud-init has put the host keys there.
rm -f "$root"/etc/ssh/ssh_host_*
mkdir -p "$root/etc/systemd/system/ssh.service.d"
printf '[Unit]\nAfter=cloud-init.service\n' > "$root/etc/systemd/system/ssh.service.d/after-cloud-init.conf"

# Each droplet is another machine.
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf"
rm -f "$root"/var/cache/apt/archives/*.deb "$root"/var/log/apt/* "$root"/var/log/*.log

# With package lists and their index in the image, a droplet installs its first package seconds earlier.
chroot "$root" apt-cache gencaches > /dev/null
