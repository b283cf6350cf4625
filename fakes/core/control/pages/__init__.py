"""The control room: the control plane's pages."""
