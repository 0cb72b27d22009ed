# Tells a service that is there whom it answers. It looks by itself.
# Standard input: a line: PATH MODE GROUP CONTENT, the content in base64.
if [ -f "$SERVICE_SETTINGS/service.json" ]; then put_files; fi
