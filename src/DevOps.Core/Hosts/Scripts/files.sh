# Puts files in place, whole or not at all, and tells which ones it changed, a line each. PUT_CHANGED is not empty then.
# Standard input: a line a file: PATH MODE GROUP CONTENT, the content in base64; their owner is root.
put_files() {
    PUT_CHANGED=
    export PUT_CHANGED
    put_work=$(mktemp -d /run/devops-files.XXXXXX)
    trap 'rm -rf "$put_work"' EXIT
    put_number=0
    # Files that decide who reads what must not be readable by others for a moment either.
    umask 077
    while read -r put_path put_mode put_group put_content; do
        printf '%s' "$put_content" | base64 -d >"$put_work/new"
        if [ -f "$put_path" ] && cmp -s "$put_work/new" "$put_path" && [ "$(stat -c '0%a %U %G' "$put_path")" = "$put_mode root $put_group" ]; then continue; fi
        put_number=$((put_number + 1))
        if [ -f "$put_path" ]; then
            cp -p "$put_path" "$put_work/$put_number"
            echo "$put_work/$put_number $put_path" >>"$put_work/before"
        fi
        [ -d "$(dirname "$put_path")" ] || install -d -m 0755 "$(dirname "$put_path")"
        install -m "$put_mode" -o root -g "$put_group" "$put_work/new" "$put_path.new"
        mv -f "$put_path.new" "$put_path"
        PUT_CHANGED=yes
        echo "changed $put_path"
    done
}

# Puts those back that were there before. Fails when there were none.
put_back() {
    [ -f "$put_work/before" ] || return 1
    while read -r put_old put_path; do
        cp -p "$put_old" "$put_path.new"
        mv -f "$put_path.new" "$put_path"
    done <"$put_work/before"
}
