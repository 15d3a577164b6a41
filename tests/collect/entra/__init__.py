"""A sign-in service to test against: Microsoft Entra ID's protocol over TLS on this machine, with its own errors.

certificates   keys and certificates, made anew in every run
serving        an ASGI application over HTTPS on loopback
service        OpenID discovery, the token endpoint, device codes, and issuers of federated tokens
assertions     the judgement on a client's assertion: signature, certificate, audience, time
errors         the error bodies of Microsoft Entra ID
"""
