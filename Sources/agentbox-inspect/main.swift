import Inspection

await Inspector.main()
