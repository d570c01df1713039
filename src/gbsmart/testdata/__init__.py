"""Reference test data of one's own: matched sets of messages for any use case, under any key set.

A set is a Service Request, the Pre-Command and Command that it becomes, a response and a refusal, the alerts
of future dating, and what all of them are as MMC; beside them messages that are wrong in one thing. The
contents are examples made from declarations, so that every declared use case has its set (in the manner of
the reference test data that the DCC publishes for device makers; SEC H14).
"""
