import Egress

Broker.main()
