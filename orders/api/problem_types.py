"""Every problem the APIs answer with: status, title, what it means, what to do. Pages and handler read this."""

from orders.api.problems_of_law import OF_THE_LAW
from orders.api.problems_of_requests import OF_REQUESTS
from orders.api.problems_of_signatures import OF_SIGNATURES

PROBLEM_TYPES = dict(sorted((OF_REQUESTS | OF_SIGNATURES | OF_THE_LAW).items(), key=lambda each: each[1].status))
