import Approvals
