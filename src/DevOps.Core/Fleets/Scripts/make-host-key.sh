# Makes a new host key beside the one in use and prints its public half. The private half never leaves the droplet.
set -eu
umask 077
key=/etc/ssh/ssh_host_ed25519_key.devops-new
rm -f "$key" "$key.pub"
ssh-keygen -q -t ed25519 -N '' -C "root@$(hostname)" -f "$key"
cat "$key.pub"
