"""`make demo`: two bodegas, their screens, and sales from several cashiers at once. `local_aws.judge` judges it."""
