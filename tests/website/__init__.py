"""The site of the pages: what it is made from, and what a browser sees of it."""
