# Unpacks a program from standard input, a tar archive packed with gzip. Whole or not at all.
# Arguments: PROGRAM KIBIBYTES
program=$1 needed=$2
target=$SERVICE_PROGRAMS/$program
[ ! -e "$target/complete" ] || exit 0
free=$(df -Pk "$(dirname "$SERVICE_PROGRAMS")" | awk 'NR == 2 { print $4 }')
[ "$free" -ge "$needed" ] || fail HostDiskFull "The service needs $((needed / 1024)) MB below $SERVICE_PROGRAMS, and $((free / 1024)) MB are free."
install -d -m 0755 "$SERVICE_PROGRAMS"
rm -rf "$target" "$target.new"
install -d -m 0755 "$target.new"
tar -xzf - --no-same-owner -C "$target.new"
: >"$target.new/complete"
mv "$target.new" "$target"
