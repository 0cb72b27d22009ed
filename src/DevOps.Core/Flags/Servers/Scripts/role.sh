# Writes what the node is when it starts the next time; changes nothing of what it is now.
# Standard input: the text.
umask 077
cat >"$FLAGS_ROLE.new"
if [ -f "$FLAGS_ROLE" ] && cmp -s "$FLAGS_ROLE.new" "$FLAGS_ROLE"; then rm -f "$FLAGS_ROLE.new"; exit 0; fi
chown root:redis "$FLAGS_ROLE.new"
chmod 0640 "$FLAGS_ROLE.new"
mv -f "$FLAGS_ROLE.new" "$FLAGS_ROLE"
sync "$FLAGS_ROLE"
echo "changed $FLAGS_ROLE"
