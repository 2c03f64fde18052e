"""Reports as a service: a file of reports, run as a whole, published with a list and a feed."""
