"""From a bare request to the operation that it is meant for, over everything that is modelled."""
