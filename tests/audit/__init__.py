"""`make audit`: how a browser finds the pages that people live in, by Lighthouse and by axe."""
