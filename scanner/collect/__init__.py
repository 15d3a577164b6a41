"""Reading a tenant: only ever reading, what the selected policies need and no more.

catalogue, resource              every resource there is: path, permission, licence
plan, forecast, check            what is needed of them, what it costs, what is permitted
auth, clouds                     signing in
graph, pages, batch, retry, pace Microsoft Graph over HTTP; arm: Azure Resource Manager
fanout, parents, declared        lists that exist per parent only
run, resume, progress, summary   a collection, from the plan to the snapshot
active_directory                 users of Active Directory, from a file
"""
