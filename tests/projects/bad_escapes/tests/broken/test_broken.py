raise RuntimeError("\x1b[2J\x1b]0;title\x07 | <script>alert(1)</script> `code` \u202e **bold**")
