"""`make demo`: two bodegas, their screens, and sales from several cashiers at once.

`show` plays it, `screens` are the sockets, `report` tells it; whether all went as it must, `local_aws.judge` says.
"""
