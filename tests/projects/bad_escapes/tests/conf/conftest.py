raise RuntimeError("\x1b[2J | <script>alert(2)</script> `code` **bold**")
