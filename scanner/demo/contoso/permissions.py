"""Permissions of Microsoft's APIs with their real ids: those that applications of the demo tenant hold, and the like.

Sources: https://learn.microsoft.com/graph/permissions-reference; of Exchange Online and SharePoint Online their service
principals, as public code quotes them."""

from __future__ import annotations

from collections.abc import Mapping

GRAPH_ROLES: Mapping[str, tuple[str, str]] = {
    "Application.Read.All": ("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Read all applications"),
    "Application.ReadWrite.All": ("1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Read and write all applications"),
    "Application.ReadWrite.OwnedBy": (
        "18a4783c-866b-4cc7-a460-3d5e5662c884",
        "Manage apps that this app creates or owns",
    ),
    "AppRoleAssignment.ReadWrite.All": (
        "06b708a9-e830-4db3-a914-8e69da51d44f",
        "Manage app permission grants and app role assignments",
    ),
    "AuditLog.Read.All": ("b0afded3-3588-46d8-8b3d-9842eff778da", "Read all audit log data"),
    "CloudPC.Read.All": ("a9e09520-8ed4-4cde-838e-4fdea192c227", "Read Cloud PCs"),
    "DelegatedPermissionGrant.ReadWrite.All": (
        "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
        "Manage all delegated permission grants",
    ),
    "Directory.Read.All": ("7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Read directory data"),
    "Directory.ReadWrite.All": ("19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Read and write directory data"),
    "Domain.Read.All": ("dbb9058a-0e50-45d7-ae91-66909b5d4664", "Read domains"),
    "Files.Read.All": ("01d4889c-1287-42c6-ac1f-5d1e02578ef6", "Read files in all site collections"),
    "Group.ReadWrite.All": ("62a82d76-70ea-41e2-9197-370581804d09", "Read and write all groups"),
    "GroupMember.Read.All": ("98830695-27a2-44f7-8c18-0c3ebc9698f6", "Read all group memberships"),
    "Mail.Read": ("810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Read mail in all mailboxes"),
    "Mail.ReadBasic.All": ("693c5e45-0940-467d-9b8a-1022fb9d42ef", "Read basic mail in all mailboxes"),
    "Mail.ReadWrite": ("e2a3a72e-5f79-4c64-b1b1-878b674786c9", "Read and write mail in all mailboxes"),
    "Mail.Send": ("b633e1c5-b582-4048-a93e-9f11b44c7e96", "Send mail as any user"),
    "Organization.Read.All": ("498476ce-e0fe-48b0-b801-37ba7e2685c6", "Read organization information"),
    "Policy.Read.All": ("246dd0d5-5bd0-4def-940b-0421030a5b68", "Read your organization's policies"),
    "Policy.ReadWrite.ConditionalAccess": (
        "01c0a623-fc9b-48e9-b794-0756f8e8f067",
        "Read and write your organization's conditional access policies",
    ),
    "PrivilegedAccess.ReadWrite.AzureResources": (
        "6f9d5abc-2db6-400b-a267-7de22a40fb87",
        "Read and write privileged access to Azure resources",
    ),
    "RoleManagement.Read.Directory": ("483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "Read all directory RBAC settings"),
    "RoleManagement.ReadWrite.Directory": (
        "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8",
        "Read and write all directory RBAC settings",
    ),
    "Sites.Read.All": ("332a536c-c7ef-4017-ab91-336970924f0d", "Read items in all site collections "),
    "Sites.Selected": ("883ea226-0bf2-4a8f-9f9d-92c9162a727d", "Access selected site collections"),
    "User.Read.All": ("df021288-bdef-4463-88db-98f22de89214", "Read all users' full profiles"),
    "User.ReadWrite.All": ("741f803b-c850-494e-b5df-cde7c675a1ca", "Read and write all users' full profiles"),
}
"""Application permissions of Microsoft Graph: value → id and display name."""

GRAPH_SCOPES: Mapping[str, tuple[str, str, str]] = {
    "Application.ReadWrite.All": ("bdfbf15f-ee85-4955-8675-146e8e5296b5", "Read and write all applications", "Admin"),
    "Calendars.Read": ("465a38f9-76ea-45b9-9f34-9e8b0d4b0b42", "Read user calendars ", "User"),
    "Directory.AccessAsUser.All": (
        "0e263e50-5827-48a4-b97c-d940288653c7",
        "Access directory as the signed in user",
        "Admin",
    ),
    "Directory.Read.All": ("06da0dbc-49e2-44d2-8312-53f166ab848a", "Read directory data", "Admin"),
    "Directory.ReadWrite.All": ("c5366453-9fb0-48a5-a156-24f0c49a4b84", "Read and write directory data", "Admin"),
    "email": ("64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "View users' email address", "User"),
    "Files.Read": ("10465720-29dd-4523-a11a-6a75c743c9d9", "Read user files", "User"),
    "Group.Read.All": ("5f8c59db-677d-491f-a6b8-5f174b11ec1d", "Read all groups", "Admin"),
    "Mail.Read": ("570282fd-fa5c-430d-a7fd-fc8dc98a9dca", "Read user mail ", "User"),
    "Mail.ReadWrite": ("024d486e-b451-40bb-833d-3e66d98c5c73", "Read and write access to user mail ", "User"),
    "offline_access": (
        "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
        "Maintain access to data you have given it access to",
        "User",
    ),
    "openid": ("37f7f235-527c-4136-accd-4a02d197296e", "Sign users in", "User"),
    "Policy.ReadWrite.ConditionalAccess": (
        "ad902697-1014-4ef5-81ef-2b4301988e8c",
        "Read and write your organization's conditional access policies",
        "Admin",
    ),
    "profile": ("14dad69e-099b-42c9-810b-d002981feec1", "View users' basic profile", "User"),
    "User.Read": ("e1fe6dd8-ba31-4d61-89e7-88639da4683d", "Sign in and read user profile", "User"),
    "User.Read.All": ("a154be20-db9c-4678-8ab7-66f6cc099a59", "Read all users' full profiles", "Admin"),
    "User.ReadWrite.All": (
        "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
        "Read and write all users' full profiles",
        "Admin",
    ),
}
"""Delegated permissions of Microsoft Graph: value → id, display name and who may consent."""

EXCHANGE_ROLES: Mapping[str, tuple[str, str]] = {
    "full_access_as_app": (
        "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
        "Use Exchange Web Services with full access to all mailboxes",
    ),
    "Exchange.ManageAsApp": ("dc50a0fb-09a3-484d-be87-e023b12c6440", "Manage Exchange As Application"),
}
"""Application permissions of Office 365 Exchange Online."""

SHAREPOINT_ROLES: Mapping[str, tuple[str, str]] = {
    "Sites.FullControl.All": ("678536fe-1083-478a-9c59-b99265e6b0d3", "Have full control of all site collections"),
}
"""Application permissions of Office 365 SharePoint Online."""
