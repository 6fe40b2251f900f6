"""How many will arrive in each interval of a day, how sure that is, and how many agents it takes.

- ``table``       a history as days and intervals, in the zone of the queue
- ``shape``       how arrivals are spread over a day
- ``course``      how a figure goes from day to day
- ``expected``    what is expected of one interval, and the range it falls into
- ``forecaster``  the forecast of a queue
- ``staffing``    how many agents that takes
"""

from desktop.insight.forecast.expected import Expected
from desktop.insight.forecast.forecaster import Forecaster
from desktop.insight.forecast.staffing import needed

__all__ = ["Expected", "Forecaster", "needed"]
