"""The workshop: what makes and judges the package and is not part of it."""
