"""Development only: the infrastructure program on a local AWS, the demo, and live redeployment."""
