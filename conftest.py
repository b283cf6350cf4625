"""The composition root of the tests: the plugins of the harness and the step definitions."""

pytest_plugins = [
    "harness.plugin.options",
    "harness.plugin.scratch",
    "harness.plugin.worlds",
    "harness.plugin.live",
    "harness.plugin.ports",
    "harness.plugin.browser",
    "harness.plugin.record",
    "harness.plugin.steps",
    "harness.plugin.gate",
    "harness.plugin.signoff",
    "steps.context",
    "steps.app",
    "steps.conversations",
    "steps.events",
    "steps.keys",
    "steps.metrics",
    "steps.faults",
]
