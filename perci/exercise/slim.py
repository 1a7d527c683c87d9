"""What stands around a view in an exercise: nobody has a session there, and nobody sees a page."""

MIDDLEWARE = ["platforms.api.arrival.ArrivalMiddleware"]
