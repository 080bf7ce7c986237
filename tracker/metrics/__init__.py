"""What each figure means, computed in one place and used by pages, mails, exports and the API alike.

The functions here are pure: they take records with instants (``records``) and the organisation's time zone, and give
figures back. They read no database, no clock and no request, so a figure can be recomputed for any instant.
"""
