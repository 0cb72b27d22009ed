# What the scripts of deployments and of feature flag servers begin with; it is put before their own text.
set -eu
umask 022
export LC_ALL=C
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Ends the script with a failure that the control host knows by its id.
fail() { # ID MESSAGE
    printf 'devops-failure:%s %s\n' "$1" "$2" >&2
    exit 90
}
