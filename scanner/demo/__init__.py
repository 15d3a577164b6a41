"""An emulator of Microsoft Graph and a made-up tenant to try everything on, without any account."""
