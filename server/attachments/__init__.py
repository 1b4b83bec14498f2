"""Photos and signatures: content-addressed files, received by tus."""
