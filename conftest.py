"""The composition root of the tests: the plugins of the harness and the step definitions."""

pytest_plugins = [
    "harness.plugin.options",
    "harness.plugin.worlds",
    "harness.plugin.screens",
    "harness.plugin.record",
    "harness.plugin.gate",
    "harness.plugin.signoff",
    "steps.scene",
    "steps.app",
    "steps.conversations",
    "steps.events",
    "steps.keys",
    "steps.metrics",
    "steps.trouble",
]
