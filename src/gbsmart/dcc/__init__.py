"""The Data and Communications Company's way of a Service Request (SEC Sections H3 and H4, Appendix AB).

A request comes in (``interface``), is admitted, checked, transformed, queued in the lane of its device,
dispatched over the WAN and answered; its outcome is delivered to the User. ``model`` declares the state
machines of all this, ``tables`` keeps them, ``ledger`` tells what happened, ``lanes`` keep the order.
"""
