from .attainment.project import Attainment as Attainment
from .attainment.project import GoalOutlook as GoalOutlook
from .attainment.project import Outlook as Outlook
from .attainment.project import project as project
from .errors import BcforecastError as BcforecastError
from .models.panel import forecast_panel as forecast_panel
from .observations import load_observations as load_observations
from .plan import load_plan as load_plan
