"""Who acts in a step: the ports that the steps speak to, and their routes into the systems."""
