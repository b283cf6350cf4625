"""The Gladly fake keeps the rules it promises."""
