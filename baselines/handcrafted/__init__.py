"""Parts of classical methods: nucleus, whole cell, hand features, a linear classifier."""
