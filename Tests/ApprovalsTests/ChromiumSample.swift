import StrictJSON

/// What Chromium answered, with the authenticator of its own that it has for tests, at `http://localhost:4321` to a challenge
/// of 32 times 7.
struct ChromiumSample {
    /// Transport, algorithm of COSE, attestation.
    var name: String
    var isSynced: Bool
    /// `clientDataJSON`, `attestationObject`.
    var registration: JSON
    /// `credentialID`, `clientDataJSON`, `authenticatorData`, `signature`.
    var assertion: JSON

    static let all = [
        ChromiumSample(
            name: "usb, -7, none", isSynced: false,
            registration: [
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI\
                    QndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "attestationObject": .string(
                    """
                    o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQAAAAAAAAAA\
                    AAAAAAAAAAAAIHpsNMPOE3ymZqufCPtQGntReOVpy6AXEZ3OOrJVbpeTpQECAyYgASFYIGTzv8m-\
                    bzqkCVePXJkmxrmcGipRV3hvdrlGDOrg1yw5IlggjKzIVK2q82auZNmZGKNFfWiNeKNBnjo4GJ0LSLaKmX0
                    """),
            ],
            assertion: [
                "credentialID": .string(
                    """
                    emw0w84TfKZmq58I-1Aae1F45WnLoBcRnc46slVul5M
                    """),
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj\
                    SEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "authenticatorData": .string(
                    """
                    SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg
                    """),
                "signature": .string(
                    """
                    MEUCIQCQov3umF3VbDsMMTGPZZYT1vH_5_CBjIFdCzWB3RrEZgIgUA8zNKaFxEBRfcxJb12_U1BLqELwxAk7sAOhVUJgM0U
                    """),
            ]),
        ChromiumSample(
            name: "usb, -7, direct", isSynced: false,
            registration: [
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI\
                    QndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZSwib3RoZXJfa2V5c19j\
                    YW5fYmVfYWRkZWRfaGVyZSI6ImRvIG5vdCBjb21wYXJlIGNsaWVudERhdGFKU09OIGFnYWluc3QgYSB0ZW1wbGF0ZS4gU2VlIGh0\
                    dHBzOi8vZ29vLmdsL3lhYlBleCJ9
                    """),
                "attestationObject": .string(
                    """
                    o2NmbXRmcGFja2VkZ2F0dFN0bXSjY2FsZyZjc2lnWEgwRgIhANICYDprFmAMhT9CWiQ7XrzXsvA1hg7w3zkfyx8gr5EtAiEAhQ8a\
                    ghhXnrCXfuhwpsiHNonzltXhOoCpsXTJSN0BfQBjeDVjgVkB2DCCAdQwggF6oAMCAQICAQEwCgYIKoZIzj0EAwIwYDELMAkGA1UE\
                    BhMCVVMxETAPBgNVBAoMCENocm9taXVtMSIwIAYDVQQLDBlBdXRoZW50aWNhdG9yIEF0dGVzdGF0aW9uMRowGAYDVQQDDBFCYXRj\
                    aCBDZXJ0aWZpY2F0ZTAeFw0xNzA3MTQwMjQwMDBaFw00NjExMjUxNTUwMjVaMGAxCzAJBgNVBAYTAlVTMREwDwYDVQQKDAhDaHJv\
                    bWl1bTEiMCAGA1UECwwZQXV0aGVudGljYXRvciBBdHRlc3RhdGlvbjEaMBgGA1UEAwwRQmF0Y2ggQ2VydGlmaWNhdGUwWTATBgcq\
                    hkjOPQIBBggqhkjOPQMBBwNCAASNYX5lyVCOZLzFZzrIKmeZ2jwURmgsJYxGP__fWN_S-\
                    j5sN4tT15XEpN_7QZnt14YvI6uvAgO0uJEboFaZlOEBoyUwIzAMBgNVHRMBAf8EAjAAMBMGCysGAQQBguUcAgEBBAQDAgUgMAoGC\
                    CqGSM49BAMCA0gAMEUCIQDl27wyKZPsIVdvDmg4QH1yDA2yw33ji2ry8DbrJyH2rQIgB2W0FWlRNM9jCmftvX_ItiqptgT260pzD\
                    iJiORlBGCBoYXV0aERhdGFYpEmWDeWIDoxodDQXD2R2YFuP5K65ooYyx5lc87qDHZdjRQAAAAEBAgMEBQYHCAECAwQFBgcIACDOV\
                    d-8UZ0wxfxYB9oH9yvs_J-4nyMLKIPL5JAl_-\
                    3Pf6UBAgMmIAEhWCAMIfjFxaMIxlQEjYg7yoxkuqVJibuNy837tyfXI_WBniJYIH46kl2fZX___TEpSs0-\
                    4zsEjk79fFaWu70TxkqdCzPl
                    """),
            ],
            assertion: [
                "credentialID": .string(
                    """
                    zlXfvFGdMMX8WAfaB_cr7PyfuJ8jCyiDy-SQJf_tz38
                    """),
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj\
                    SEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "authenticatorData": .string(
                    """
                    SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg
                    """),
                "signature": .string(
                    """
                    MEUCIQC3paxaZ5pI3OnE5iX68DBUOUFlEHSxXOqTjPIaJGCXNgIgBAmsrUmhAON09k_lv40u9pqVHjpVosrlR4ErS-6VJHs
                    """),
            ]),
        ChromiumSample(
            name: "usb, -8, none", isSynced: false,
            registration: [
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI\
                    QndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "attestationObject": .string(
                    """
                    o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YViBSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQAAAAAAAAAA\
                    AAAAAAAAAAAAIJF96JcgDLkXf-1sl_oeqGxYlfQiuz1-jWZ4sT-DqB_NpAEBAycgBiFYIG7P5nvVJIjsHQO-\
                    sBYxeGK4yPZkYO2ZXqeLauq4vFCB
                    """),
            ],
            assertion: [
                "credentialID": .string(
                    """
                    kX3olyAMuRd_7WyX-h6obFiV9CK7PX6NZnixP4OoH80
                    """),
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj\
                    SEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZSwib3RoZXJfa2V5c19jYW5f\
                    YmVfYWRkZWRfaGVyZSI6ImRvIG5vdCBjb21wYXJlIGNsaWVudERhdGFKU09OIGFnYWluc3QgYSB0ZW1wbGF0ZS4gU2VlIGh0dHBz\
                    Oi8vZ29vLmdsL3lhYlBleCJ9
                    """),
                "authenticatorData": .string(
                    """
                    SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg
                    """),
                "signature": .string(
                    """
                    IZYmeMcokjO5lXh4R-VkFhX-xLyF9c2POWIFiC21sZWDgXAnEN_RSiVNEtzgsA5aqYU970WhCB7beesILlrdCw
                    """),
            ]),
        ChromiumSample(
            name: "usb, -257, none", isSynced: false,
            registration: [
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI\
                    QndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "attestationObject": .string(
                    """
                    o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVkBZ0mWDeWIDoxodDQXD2R2YFuP5K65ooYyx5lc87qDHZdjRQAAAAEAAAAAAAAA\
                    AAAAAAAAAAAAACAXCV7Unk0uf_7uurbPElGJTiehFksvIBI3qjaFzTn2V6QBAwM5AQAgWQEAqu-\
                    ofpW9OW-7kJdY9oa8OQRFnNv65Xqwn95OtUHiuI1a_U7gl6Trq1dZijpB-QXLOSetZ1sh_CcHz-Y7ePiAw2teanIYiEXALJ-\
                    MMQmNWXF-uu5uxuL7ru7KKUh1zL2KN7SsYmVYQ6ChITTdswG4jSgxToensfRY_38sRobx32qAaIOiiPPqN2eppf8CrjXrZqSBVTJ\
                    Ygbv3YYyKZI0RLs7U5ROTitumwhm_XIZYfEVhNxHofFxDDuc7j2hxJkAZ8EnInN1Euszu2uRfh8kysU76TthlR8VLlnKbXtAQS2l\
                    b6tpPCFvO7JUQhaQG_Wrz6B9TkjBA8ml6H_S3h-DTMSFDAQAB
                    """),
            ],
            assertion: [
                "credentialID": .string(
                    """
                    Fwle1J5NLn_-7rq2zxJRiU4noRZLLyASN6o2hc059lc
                    """),
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj\
                    SEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "authenticatorData": .string(
                    """
                    SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAg
                    """),
                "signature": .string(
                    """
                    MbUj6eBkH4X9YwTjpEtNBuKb0NEuumtoe7226wBIiwbApZGLXoAGh6TtmW0WmMyTR6c_19MazqqSvnuGAS_kdbsK1SgzQt-LuQQ6\
                    ZtExp9BMwrwzbkrP23CoYCnskrs62Pn5Mf3lMW7rBQjlCqEKpQdA8Esl1ELt0gVgM4tqwMs_a4OV066jucsqe_g5WwFcf4R1m3nV\
                    wbysLmIy17Srb15Hpo2vyI2QrJZ2KyWEPmuLWsLPf5hw0eHaKSBhF0uh4kqh09fnvx4TKVn__rKTRdxC04Zr_rtYxf_9xaYm-\
                    jrIGZRlGq6eQiESjPxd8Q2nlmbW2Bakj8RvyrwenbaIcQ
                    """),
            ]),
        ChromiumSample(
            name: "internal, -8, direct", isSynced: true,
            registration: [
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NI\
                    QndjSEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZX0
                    """),
                "attestationObject": .string(
                    """
                    o2NmbXRmcGFja2VkZ2F0dFN0bXSjY2FsZyZjc2lnWEgwRgIhANGQ34w2853uex1Z_PjBYezDALfcAslf3i1XHJqtDKwLAiEAgqhL\
                    GMlw7RyfcVMV14MHV6T4UuVoe-m8SkI63KP-NIJjeDVjgVkB1zCCAdMwggF6oAMCAQICAQEwCgYIKoZIzj0EAwIwYDELMAkGA1UE\
                    BhMCVVMxETAPBgNVBAoMCENocm9taXVtMSIwIAYDVQQLDBlBdXRoZW50aWNhdG9yIEF0dGVzdGF0aW9uMRowGAYDVQQDDBFCYXRj\
                    aCBDZXJ0aWZpY2F0ZTAeFw0xNzA3MTQwMjQwMDBaFw00NjExMjUxNTUwMzBaMGAxCzAJBgNVBAYTAlVTMREwDwYDVQQKDAhDaHJv\
                    bWl1bTEiMCAGA1UECwwZQXV0aGVudGljYXRvciBBdHRlc3RhdGlvbjEaMBgGA1UEAwwRQmF0Y2ggQ2VydGlmaWNhdGUwWTATBgcq\
                    hkjOPQIBBggqhkjOPQMBBwNCAASNYX5lyVCOZLzFZzrIKmeZ2jwURmgsJYxGP__fWN_S-\
                    j5sN4tT15XEpN_7QZnt14YvI6uvAgO0uJEboFaZlOEBoyUwIzAMBgNVHRMBAf8EAjAAMBMGCysGAQQBguUcAgEBBAQDAgMIMAoGC\
                    CqGSM49BAMCA0cAMEQCIB7HnZonZCMOSZwOpuA_fV89zNfInfQKILqdOxRnShA_AiBkwCHDRVkqRrUFjv2jlWOQwHDLk_9hWEFng\
                    ng2TBTsXmhhdXRoRGF0YViBSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NdAAAAAQECAwQFBgcIAQIDBAUGBwgAIAhrW\
                    JbHRBYpfOtQfJ_HCvL128vJkCLUAKd1ZdiyQbrYpAEBAycgBiFYIF6otOIgS96bMo6DuijDRLAYhW1YMj8KnCMppZ2mXSNN
                    """),
            ],
            assertion: [
                "credentialID": .string(
                    """
                    CGtYlsdEFil861B8n8cK8vXby8mQItQAp3Vl2LJButg
                    """),
                "clientDataJSON": .string(
                    """
                    eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj\
                    SEJ3YyIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDMyMSIsImNyb3NzT3JpZ2luIjpmYWxzZSwib3RoZXJfa2V5c19jYW5f\
                    YmVfYWRkZWRfaGVyZSI6ImRvIG5vdCBjb21wYXJlIGNsaWVudERhdGFKU09OIGFnYWluc3QgYSB0ZW1wbGF0ZS4gU2VlIGh0dHBz\
                    Oi8vZ29vLmdsL3lhYlBleCJ9
                    """),
                "authenticatorData": .string(
                    """
                    SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MdAAAAAg
                    """),
                "signature": .string(
                    """
                    2nTFYaFioqN9hatVre_iO6Q0DS50xD3R0D6jVdYzURafFqwanPLsSK2EYMuYbT7NS50eNPUbGBuQ3In9f7f0DA
                    """),
            ]),
    ]
}
