"""The one door: store, extract writes, apply, derive, feed, for every source of submissions."""
