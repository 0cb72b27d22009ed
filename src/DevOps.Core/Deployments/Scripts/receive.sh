# Receives a release, verifies it, writes its rendered configuration into it, and seals it.
# Standard input: a tar archive of artifact.tar.gz, files/ (rendered templates), meta/ (release.json, digests, probe, unit) and env.
# Arguments: APP FOLDER SHA256 NEEDED_KIB
app=$1 folder=$2 digest=$3 needed=$4
releases=/opt/devops/$app/releases
kept=/etc/devops/$app.env.d

# The first line says what was wrong, and the room says whether it was that; a disk can also be out of files, or read-only.
not_received() { # MESSAGE WHAT_TAR_TOLD
    fail ReleaseNotReceived "$1: $(printf '%s' "$2" | head -n 1) ($(df -Pk "$releases" | awk 'NR == 2 { print $4 }') KiB are free)."
}

[ -d "$releases" ] || fail HostNotPrepared "The host is not prepared for '$app': $releases is missing."
available=$(df -Pk "$releases" | awk 'NR == 2 { print $4 }')
[ "$available" -ge "$needed" ] ||
    fail HostDiskFull "The release needs $needed KiB below $releases, and $available KiB are free."

# Nobody but root looks into it before it is sealed, and it goes whatever happens.
umask 077
incoming=$(mktemp -d "$releases/.incoming-$folder.XXXXXX")
trap 'rm -rf "$incoming"' EXIT
told=$(tar -xf - -C "$incoming" 2>&1) || not_received "The release could not be written below $releases" "$told"
actual=$(sha256sum <"$incoming/artifact.tar.gz")
[ "${actual%% *}" = "$digest" ] || fail ReleaseDamaged "The artifact arrived with the digest ${actual%% *} instead of $digest."

umask 022
mkdir "$incoming/release"
told=$(tar -xzf "$incoming/artifact.tar.gz" -C "$incoming/release" --no-same-owner --no-same-permissions 2>&1) ||
    not_received "The artifact could not be unpacked below $releases" "$told"
rm "$incoming/artifact.tar.gz"
if [ -d "$incoming/files" ]; then cp -R --remove-destination "$incoming/files/." "$incoming/release/"; fi
rm -rf "$incoming/release/.devops"
mv "$incoming/meta" "$incoming/release/.devops"

# Sealed: root's, and not to be written by anybody, the application least of all.
chown -R -h root:root "$incoming/release"
chmod -R a+rX,a-w,u-s,g-s,o-t "$incoming/release"
chmod 0700 "$incoming/release/.devops"
install -m 0600 "$incoming/env" "$kept/.$folder.new"
mv "$kept/.$folder.new" "$kept/$folder"
sync -f "$incoming"
# Somebody else may have published the same release meanwhile: then theirs is as good.
[ -e "$releases/$folder" ] || mv -T "$incoming/release" "$releases/$folder"
