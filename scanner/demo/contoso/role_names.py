"""Microsoft Entra built-in roles: template ids and descriptions as
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference has them (January 2026)."""

from __future__ import annotations

from collections.abc import Mapping

BUILT_IN: Mapping[str, tuple[str, str]] = {
    "Application Administrator": (
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
        "Can create and manage all aspects of app registrations and enterprise apps.",
    ),
    "Application Developer": (
        "cf1c38e5-3621-4004-a7cb-879624dced7c",
        "Can create application registrations independent of the 'Users can register applications' setting.",
    ),
    "Authentication Administrator": (
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",
        "Can access to view, set and reset authentication method information for any non-admin user.",
    ),
    "Authentication Policy Administrator": (
        "0526716b-113d-4c15-b2c8-68e3c22b9f80",
        "Can create and manage the authentication methods policy, tenant-wide MFA settings, password protection "
        "policy, and verifiable credentials.",
    ),
    "Billing Administrator": (
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",
        "Can perform common billing related tasks like updating payment information.",
    ),
    "Cloud Application Administrator": (
        "158c047a-c907-4556-b7ef-446551a6b5f7",
        "Can create and manage all aspects of app registrations and enterprise apps except App Proxy.",
    ),
    "Cloud Device Administrator": (
        "7698a772-787b-4ac8-901f-60d6b08affd2",
        "Limited access to manage devices in Microsoft Entra ID.",
    ),
    "Compliance Administrator": (
        "17315797-102d-40b4-93e0-432062caca18",
        "Can read and manage compliance configuration and reports in Microsoft Entra ID and Microsoft 365.",
    ),
    "Conditional Access Administrator": (
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
        "Can manage Conditional Access capabilities.",
    ),
    "Directory Readers": (
        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        "Can read basic directory information. Commonly used to grant directory read access to applications and "
        "guests.",
    ),
    "Directory Synchronization Accounts": (
        "d29b2b05-8046-44ba-8758-1e26182fcf32",
        "Only used by Microsoft Entra Connect service.",
    ),
    "Directory Writers": (
        "9360feb5-f418-4baa-8175-e2a00bac4301",
        "Can read and write basic directory information. For granting access to applications, not intended for users.",
    ),
    "Domain Name Administrator": (
        "8329153b-31d0-4727-b945-745eb3bc5f31",
        "Can manage domain names in cloud and on-premises.",
    ),
    "Exchange Administrator": (
        "29232cdf-9323-42fd-ade2-1d097af3e4de",
        "Can manage all aspects of the Exchange product.",
    ),
    "Global Administrator": (
        "62e90394-69f5-4237-9190-012177145e10",
        "Can manage all aspects of Microsoft Entra ID and Microsoft services that use Microsoft Entra identities.",
    ),
    "Global Reader": (
        "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        "Can read everything that a Global Administrator can, but not update anything.",
    ),
    "Groups Administrator": (
        "fdd7a751-b60b-444a-984c-02652fe8fa1c",
        "Members of this role can create/manage groups, create/manage groups settings like naming and expiration "
        "policies, and view groups activity and audit reports.",
    ),
    "Guest Inviter": (
        "95e79109-95c0-4d8e-aee3-d01accf2d47b",
        "Can invite guest users independent of the 'members can invite guests' setting.",
    ),
    "Helpdesk Administrator": (
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",
        "Can reset passwords for non-administrators and Helpdesk Administrators.",
    ),
    "Hybrid Identity Administrator": (
        "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2",
        "Manage Active Directory to Microsoft Entra cloud provisioning, Microsoft Entra Connect, pass-through "
        "authentication (PTA), password hash synchronization (PHS), seamless single sign-on (seamless SSO), and "
        "federation settings.",
    ),
    "Identity Governance Administrator": (
        "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",
        "Manage access using Microsoft Entra ID for identity governance scenarios.",
    ),
    "Intune Administrator": (
        "3a2c62db-5318-420d-8d74-23affee5d9d5",
        "Can manage all aspects of the Intune product.",
    ),
    "License Administrator": (
        "4d6ac14f-3453-41d0-bef9-a3e0c569773a",
        "Can manage product licenses on users and groups.",
    ),
    "Password Administrator": (
        "966707d0-3269-4727-9be2-8c3a10f19b9d",
        "Can reset passwords for non-administrators and Password Administrators.",
    ),
    "Privileged Authentication Administrator": (
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
        "Can access to view, set and reset authentication method information for any user (admin or non-admin).",
    ),
    "Privileged Role Administrator": (
        "e8611ab8-c189-46e8-94e1-60213ab1f814",
        "Can manage role assignments in Microsoft Entra ID, and all aspects of Privileged Identity Management.",
    ),
    "Reports Reader": (
        "4a5d8f65-41da-4de4-8968-e035b65339cf",
        "Can read sign-in and audit reports.",
    ),
    "Security Administrator": (
        "194ae4cb-b126-40b2-bd5b-6091b380977d",
        "Can read security information and reports, and manage configuration in Microsoft Entra ID and Office 365.",
    ),
    "Security Operator": (
        "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f",
        "Creates and manages security events.",
    ),
    "Security Reader": (
        "5d6b6bb7-de71-4623-b4af-96380a352509",
        "Can read security information and reports in Microsoft Entra ID and Office 365.",
    ),
    "SharePoint Administrator": (
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
        "Can manage all aspects of the SharePoint service.",
    ),
    "Teams Administrator": (
        "69091246-20e8-4a56-aa4d-066075b2a7a8",
        "Can manage the Microsoft Teams service.",
    ),
    "User Administrator": (
        "fe930be7-5e62-47db-91af-98c3a49a38b1",
        "Can manage all aspects of users and groups, including resetting passwords for limited admins.",
    ),
    "Windows 365 Administrator": (
        "11451d60-acb2-45eb-a7d6-43d0f0125c13",
        "Can provision and manage all aspects of Cloud PCs.",
    ),
}
