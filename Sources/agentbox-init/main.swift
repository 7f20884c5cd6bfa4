import CInit

cinit_main()
