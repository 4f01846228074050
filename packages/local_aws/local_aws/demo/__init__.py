"""`make demo`: two bodegas, their screens, and sales from several cashiers at once.

`scenario` says who is there and what is sold, `ledger` what every screen must receive and whether it did; both are
plain values. `screens` and `sales` do the talking, `report` the showing, `show` puts them together.
"""
