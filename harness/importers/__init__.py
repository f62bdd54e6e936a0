"""Where contracts come from: files, the installed botocore, and any of its releases."""
