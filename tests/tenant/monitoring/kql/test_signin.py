"""What log queries give for a successful sign-in of an account, and why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scanner.tenant.monitoring.kql.signin import Account, Answer, Selection, log_query

ID = "11111111-aaaa-4000-8000-000000000001"
ORCHID = Account(ID, "orchid@contoso.onmicrosoft.com", "Orchid")
FIVE = timedelta(minutes=5)


def ask(query: str, account: Account = ORCHID, every: timedelta = FIVE) -> Selection:
    """The answer of a query."""
    return log_query(query).selects(account, every)


def where(condition: str) -> str:
    """A query with one condition."""
    return f"SigninLogs | where {condition}"


YES = [
    "SigninLogs",
    where('UserPrincipalName == "orchid@contoso.onmicrosoft.com"'),
    # As Microsoft's page on emergency access accounts has it:
    # https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
    "// Search for multiple Object IDs (UserIds)\nSigninLogs\n| project UserId\n"
    f'| where UserId == "{ID}" or UserId == "x"',
    "// Search for a single UserPrincipalName\nSigninLogs\n| project UserPrincipalName\n"
    '| where UserPrincipalName == "orchid@contoso.onmicrosoft.com"',
    where("UserPrincipalName =~ 'ORCHID@Contoso.onmicrosoft.com'"),
    where(f'UserId == "{ID}"'),
    where(f'UserId =~ "{ID.upper()}"'),
    where(f'UserId in ("x", "{ID}")'),
    where(f'UserId in~ ("x", "{ID.upper()}")'),
    where('UserPrincipalName in~ (dynamic(["Orchid@contoso.onmicrosoft.com", "x"]))'),
    where('UserPrincipalName has "ORCHID"'),
    where('UserPrincipalName has_any ("juniper", "orchid")'),
    where('UserPrincipalName has_all ("contoso", "orchid")'),
    where('UserPrincipalName has "orchid@contoso"'),
    where('UserPrincipalName hasprefix "orch"'),
    where('UserPrincipalName hassuffix "soft"'),
    where('UserPrincipalName contains "RCHI"'),
    where('UserPrincipalName contains_cs "rchi"'),
    where('UserPrincipalName startswith "Orchid@"'),
    where('UserPrincipalName endswith ".COM"'),
    where('UserPrincipalName matches regex @"^orchid@contoso\\."'),
    where('tolower(UserPrincipalName) == tolower("Orchid@contoso.onmicrosoft.com")'),
    where('toupper(UserPrincipalName) startswith_cs "ORCHID"'),
    where('UserDisplayName == "Orchid" or Identity == "Birch"'),
    where('split(UserPrincipalName, "@")[0] == "orchid"'),
    where('UserPrincipalName == strcat("orchid", "@contoso.onmicrosoft.com")'),
    where('not(UserPrincipalName in ("juniper@contoso.onmicrosoft.com"))'),
    where('UserPrincipalName != "juniper" and UserPrincipalName !has "birch" and UserPrincipalName !contains "oak"'),
    where('UserPrincipalName !in~ ("juniper") and UserPrincipalName !~ "x" and UserPrincipalName <> "y"'),
    where("ResultType == 0"),
    where('ResultType == "0"'),
    where('ResultType in (0, "50126")'),
    where("toint(ResultType) == 0"),
    where("Status.errorCode == 0"),
    where("tostring(Status.errorCode) == '0'"),
    where('ResultType has "0"'),
    where("ResultType != 50126"),
    where("isnotempty(UserId) and isnotnull(UserPrincipalName)"),
    where('AppDisplayName == "Azure Portal" or UserPrincipalName has "orchid"'),
    where("TimeGenerated > ago(1h)"),
    where("TimeGenerated >= now() - 30m and TimeGenerated <= now()"),
    where("ingestion_time() > ago(5m)"),
    "SigninLogs | take 10 | summarize n = count() | where n > 0",
    where("UserPrincipalName has 'orchid' | take 1"),
    where("TimeGenerated between (ago(1d) .. now())"),
    where("iff(ResultType == 0, true, false)"),
    "SigninLogs | where ResultType == 0 | where UserPrincipalName has 'orchid' // | where ResultType != 0",
    "union SigninLogs, AADNonInteractiveUserSignInLogs | where UserPrincipalName has 'orchid'",
    "union isfuzzy=true withsource=From (SigninLogs | where UserId has '11111111'), AuditLogs",
    "union Signin*, AuditLogs | where ResultType == 0",
    "union * | where Type == 'SigninLogs'",
    "AuditLogs | union SigninLogs",
    "table('SigninLogs') | take 10",
    "(SigninLogs | where ResultType == 0) | top 5 by TimeGenerated desc",
    "materialize(SigninLogs) | sort by TimeGenerated | render table",
    "SigninLogs | project Name=UserPrincipalName, UserId | where Name has 'orchid' and UserId has '11111111'",
    "SigninLogs | extend Name=tolower(UserPrincipalName) | project-away UserId | where Name startswith 'orchid'",
    "SigninLogs | project-rename Who = UserPrincipalName | where Who has 'orchid'",
    "SigninLogs | project-keep User*, Status | where Status.errorCode == 0",
    "SigninLogs | extend Code = Status | where Code.errorCode == 0",
    "SigninLogs | distinct UserPrincipalName",
    "SigninLogs | where ResultType == 0 | summarize count() by UserPrincipalName, bin(TimeGenerated, 5m)",
    "SigninLogs | summarize n=count() by UserPrincipalName | where n >= 1 and UserPrincipalName has 'orchid'",
    "SigninLogs | where UserPrincipalName has 'orchid' | count | where Count > 0",
    "SigninLogs | summarize dcount(UserId) | where dcount_UserId != 0",
    "SigninLogs | summarize arg_max(TimeGenerated, *) by UserId",
    "SigninLogs | join kind=leftouter (AuditLogs | where Result == 1) on CorrelationId | where ResultType == 0",
    "SigninLogs | lookup (AuditLogs) on CorrelationId",
    "SigninLogs | parse UserPrincipalName with Alias '@' Domain | where UserId has '11111111'",
    "let who = 'orchid@contoso.onmicrosoft.com'; SigninLogs | where UserPrincipalName == who",
    "let who = dynamic(['a', 'orchid@contoso.onmicrosoft.com']);\nSigninLogs | where UserPrincipalName in (who);",
    "let who = datatable(Upn:string, N:int)['a', 1, 'orchid@contoso.onmicrosoft.com', 2];"
    "SigninLogs | where UserPrincipalName in (who)",
    "let who = datatable(N:int, Upn:string)[1, 'a', 2, 'orchid@contoso.onmicrosoft.com'] | project Upn;"
    "SigninLogs | where UserPrincipalName in~ (who)",
    "let all = union SigninLogs, AuditLogs; let back = 1h; all | where TimeGenerated > ago(back)",
    "let logs = SigninLogs; logs | where UserPrincipalName has 'orchid'",
    "SigninLogs | where UserPrincipalName == ```orchid@contoso.onmicrosoft.com```",
    r'SigninLogs | where UserPrincipalName == "\u006frchid@contoso.onmicrosoft.com"',
    'SigninLogs | where ["UserPrincipalName"] has h"orchid"',
    "SigninLogs | project-reorder UserId, * | distinct *",
    "SigninLogs | project ['UserId'], UserPrincipalName | project-keep U*Id",
    "SigninLogs | project-away *Name, Res*D*ption | where UserId has '11111111'",
    "SigninLogs | count as N | where N > 0",
    "SigninLogs | summarize hint.strategy=shuffle count() by UserId",
    "SigninLogs | summarize by UserId",
    "SigninLogs | summarize (first, last) = arg_min(TimeGenerated, UserId) by UserId",
    "SigninLogs | summarize tolower(UserPrincipalName), max(TimeGenerated) by startofday(TimeGenerated)",
    "SigninLogs | parse-kv UserPrincipalName as (a: string) | where ResultType == 0",
    "SigninLogs | extend iff(true, 1, 2), strlen(UserId)",
    "SigninLogs | extend 1 + 1, ['x'] = 2 | where x == 2",
    "SigninLogs | extend Alias = 'orchid', Same = Alias | where UserPrincipalName has Same",
    "union kind=outer (SigninLogs), view(AuditLogs)",
    "union SigninLogs, AuditLogs | summarize count() by UserId",
    "union SigninLogs, (SigninLogs | mv-expand x) | summarize n = count() | where n > 0",
    "let f = (t: string) { t }; let unused = 5m; let empty = datatable(a: string)[]; ; SigninLogs ;",
    "let part = ('orchid'); SigninLogs | where UserPrincipalName has part",
    "let who = datatable(a: string)['orchid']; let same = who; SigninLogs | where UserPrincipalName has_any (same)",
    "let logs = (SigninLogs | where ResultType == 0); let same = logs; same",
    "let who = 'orchid'; let same = who; SigninLogs | where UserPrincipalName has same",
    "SigninLogs | join kind=fullouter hint.remote=left AuditLogs on CorrelationId",
]


@pytest.mark.parametrize("query", YES)
def test_selects_the_sign_in(query: str) -> None:
    assert ask(query) == Selection(Answer.YES)


NO = [
    (where('UserPrincipalName == "Orchid@contoso.onmicrosoft.com"'), "leaves the sign-in out"),
    (where(f'UserId == "{ID.upper()}"'), "leaves the sign-in out"),
    (where('UserPrincipalName has "orch"'), "leaves the sign-in out"),
    (where('UserPrincipalName == "juniper@contoso.onmicrosoft.com"'), "leaves the sign-in out"),
    (where('UserPrincipalName !in ("orchid@contoso.onmicrosoft.com")'), "leaves the sign-in out"),
    (where('UserPrincipalName has "orchid" and ResultType != 0'), "leaves the sign-in out"),
    (where('UserPrincipalName has "orchid"\n| where ResultType == "50126"'), "line 2: `where ResultType"),
    (where('ResultType !in ("0")'), "leaves the sign-in out"),
    (where("isempty(UserPrincipalName)"), "leaves the sign-in out"),
    (where('UserPrincipalName has "orchid" and AppDisplayName == "Azure Portal"'), "differs between sign-ins"),
    (where('IPAddress in ("192.0.2.1", "192.0.2.2")'), "differs between sign-ins"),
    (where("not(IPAddress == '192.0.2.1')"), "differs between sign-ins"),
    (where("tolower(AppDisplayName) == 'azure portal'"), "differs between sign-ins"),
    (where("TimeGenerated > ago(1m)"), "looks back less far"),
    (where("TimeGenerated > ago(-1h)"), "leaves the sign-in out"),
    (where("ingestion_time() > ago(1m)"), "looks back less far"),
    ("SigninLogs | take 10 | where UserId has '11111111'", "line 1 has let 10 rows through, which may be others"),
    ("SigninLogs\n| top 1 by TimeGenerated\n| where UserId has '11111111'", "line 2 has let 1 row through"),
    ("SigninLogs | sample 5 | project UserId | where UserId has '11111111'", "5 rows through"),
    ("SigninLogs | limit 9 | summarize count() by UserId | where UserId has '11111111'", "9 rows through"),
    ("SigninLogs | summarize n = count() by UserId | top 3 by n | where UserId has '11111111'", "3 rows through"),
    ("let some = SigninLogs | take 100; some | where UserId has '11111111'", "100 rows through"),
    ("union (SigninLogs | take 2), AuditLogs | where UserId has '11111111'", "2 rows through"),
    (where("UserPrincipalName has 'orchid' | take 1 | where ResultType == 0"), "1 row through"),
    (where('userPrincipalName has "orchid"'), "case-sensitive"),
    ("signinlogs | where true", "it is called 'SigninLogs'"),
    ("AuditLogs | where true", "it reads AuditLogs and not SigninLogs"),
    ("union AuditLogs, Heartbeat", "it reads AuditLogs, Heartbeat and not SigninLogs"),
    ("AADNonInteractiveUserSignInLogs", "not SigninLogs"),
    ("let SigninLogs = AuditLogs; SigninLogs", "it reads AuditLogs and not SigninLogs"),
    ("datatable(a:int)[1]", "not SigninLogs"),
    ("workspace('other').Heartbeat | where Computer == 'x'", "it reads Heartbeat and not SigninLogs"),
    ("union Perf, workspace('a').Perf, resource('b').Event | where true", "reads Perf, Event and not"),
    ("SigninLogs | take 0", "line 1 takes no row"),
    ("SigninLogs | count", "whether or not anybody"),
    ("SigninLogs | where UserPrincipalName has 'x' | summarize count()", "whether or not anybody"),
    ("SigninLogs | summarize n=count() by UserId | where n > 5", "one sign-in is too few"),
    ("SigninLogs | project UserId, UserPrincipalName | where UserId == 'x'", "leaves the sign-in out"),
]


@pytest.mark.parametrize(("query", "words"), NO)
def test_does_not_select_the_sign_in(query: str, words: str) -> None:
    found = ask(query)
    assert found.answer is Answer.NO
    assert words in found.reason


UNKNOWN = [
    (where("UserPrincipalName in (_GetWatchlist('glass'))"), "_GetWatchlist()"),
    (where("UserPrincipalName in ((_GetWatchlist('glass') | project Upn))"), "a query within the query"),
    ("let who = _GetWatchlist('glass') | project Upn; SigninLogs | where UserPrincipalName in (who)", "of a table"),
    ("let f = (x:string) { x }; SigninLogs | where UserPrincipalName == f('a')", "f()"),
    ("SigninLogs | mv-expand AuthenticationDetails", "'mv-expand' leaves (line 1)"),
    ("SigninLogs\n| evaluate pivot(UserId)", "'evaluate' leaves (line 2)"),
    ("SigninLogs | join kind=inner (AuditLogs) on CorrelationId", "join of kind inner"),
    ("SigninLogs | join (AuditLogs) on CorrelationId", "join of kind innerunique"),
    ("workspace('other').SigninLogs", "what 'workspace' gives"),
    ("search 'orchid'", "what 'search' gives"),
    ("union workspace('a').SigninLogs, workspace('b').SigninLogs | where true", "what 'workspace' gives"),
    ("workspace('a') | where true", "what 'workspace' gives"),
    ("workspace('a', 'b'", "cannot be read"),
    ("MyFunction()", "what 'MyFunction' gives"),
    (where("ConditionalAccessStatus == 'success'"), "the column ConditionalAccessStatus"),
    (where("NoSuchColumn == 'x'"), "not a column that tenantlint knows"),
    (where("AppDisplayName == 'A' or AppDisplayName != 'A'"), "AppDisplayName"),
    (where("AlternateSignInName =~ 'orchid@contoso.onmicrosoft.com'"), "AlternateSignInName"),
    (where("* has 'orchid'"), "every column"),
    (where("hash(UserId) == 1"), "hash()"),
    (where('UserPrincipalName has "@contoso"'), "whole words"),
    (where('UserPrincipalName matches regex "("'), "regular expression"),
    (where("TimeGenerated < ago(10m)"), "how old a sign-in must be"),
    (where("TimeGenerated > ago(5m)"), "20 minutes late"),
    ("let back = 15m; SigninLogs | where TimeGenerated between (ago(back) .. now())", "20 minutes late"),
    ("SigninLogs | project UserId | where ingestion_time() > ago(1h)", "ingestion_time() here"),
    ("SigninLogs | where UserId == 'a\\@b'", "line 1 cannot be read"),
    (where("TimeGenerated > datetime(2024-01-01)"), "datetime()"),
    ("SigninLogs | summarize make_set(UserId) by AppId | where set_UserId has 'x'", "set_UserId"),
    ("SigninLogs | summarize n=count() by UserId | where n == 1", "unusual comparison"),
    ("set notruncation; SigninLogs", "cannot be read"),
    ("let f = (t: string) { t }; f", "what 'f' is (a function of one's own)"),
    ("table(strcat('Signin', 'Logs'))", "what 'table()' gives"),
    ("SigninLogs | take AppId", "how many rows are taken"),
    ("SigninLogs | mv-expand a | summarize count() | where count_ > 0", "mv-expand"),
    ("SigninLogs | mv-expand a | summarize count() by UserId", "mv-expand"),
    ("union (SigninLogs | mv-expand a), (SigninLogs | where AppId == 'x' | where ResultType == 0)", "mv-expand"),
    ("SigninLogs | project-rename Who = NoSuchColumn | where Who == 'x'", "the column 'NoSuchColumn'"),
    ("let w = datatable(a: string)['x'] | take 1; SigninLogs | where UserId in (w)", "of a table"),
    ("let w = datatable()[]; SigninLogs | where UserId in (w)", "of a table"),
    ("let UserId = 'x'; SigninLogs | where UserId == 'x'", "a column and a let statement at once"),
    ("SigninLogs | parse UserId with UserPrincipalName | where UserPrincipalName == 'x'", "read out of another"),
    ("SigninLogs | lookup AuditLogs on Id | where Extra == 'x'", "'Extra'"),
    (
        "union (SigninLogs | extend a='x'), (SigninLogs | extend a='y') | summarize count() by a | where a == 'x'",
        "differs",
    ),
    ("datatable(a: string)[b]", "other values than texts"),
    ("datatable(a: string)['x' 1]", "expected a comma"),
    ("SigninLogs | project", "cannot be read"),
    ("SigninLogs | extend [1]", "cannot be read"),
    (where("IsRisky == true | where ResourceGroup == 'x'"), "IsRisky"),
    ("SigninLogs | project-keep *Principal*Id* | where UserId has 'x'", "'UserId'"),
    ("SigninLogs | where UserId[1h] == 'x'", "an index that is neither"),
    ("SigninLogs | summarize n=count() by UserId | where 5 > n", "unusual comparison"),
    ('SigninLogs | where UserId == "', "quotation mark that is not closed"),
    ("SigninLogs | where", "cannot be read"),
    ("SigninLogs where x", "expected an operator or the end"),
    ("", "cannot be read"),
    ("SigninLogs | where " + "(" * 1000 + "true" + ")" * 1000, "parentheses within each other"),
    ("SigninLogs // " + "x" * 60_000, "characters"),
    (
        "let a = union SigninLogs, SigninLogs; let b = union a, a, a, a; let c = union b, b, b, b;"
        "let d = union c, c; d | where ConditionalAccessStatus == 'x'",
        "very many tables",
    ),
]


@pytest.mark.parametrize(("query", "words"), UNKNOWN)
def test_says_what_it_cannot_tell(query: str, words: str) -> None:
    found = ask(query)
    assert found.answer is Answer.UNKNOWN
    assert words in found.reason


TRUE = [
    "case(ResultType == 1, false, true)",
    "case(ResultType == 0, true, false)",
    "coalesce('', UserPrincipalName) has 'orchid'",
    "TimeGenerated > now(-1h)",
    "TimeGenerated > ago(time(1h))",
    "TimeGenerated > ago(2h) + timespan(1h)",
    "ago(2h) < ago(1h)",
    "toint('5') == 5",
    "isnull(UserId) == false",
    "isempty('') and notempty('a')",
    "1 + 1 == 2",
    "2 - 1 >= 1",
    "1h - 30m < 1h",
    "1h + 1m > 60m",
    "-1 < 0",
    "- - 1 == +1",
    "-5m < 5m",
    "5 <= 6 and 5 != 6 and 5 <> 6",
    "dynamic(['a', 'b'])[1] == 'b'",
    "dynamic([1, 2])[0] == 1",
    "3 between (1 .. 5) and 3 !between (4 .. 5)",
    "'1' == 1 and 1 in ('1')",
    "(ResultType == 0)",
    "'a' 'b' == 'ab'",
    "UserId !hassuffix 'x' and 'a_b' !has 'ab'",
]


@pytest.mark.parametrize("condition", TRUE)
def test_a_condition_that_holds(condition: str) -> None:
    assert ask(where(condition)) == Selection(Answer.YES)


UNTOLD = [
    "toupper(1) == '1'",
    "strcat(IsRisky, 'a') == 'b'",
    "tolower(1) == '1'",
    "tostring(true) == 'true'",
    "toint('x') == 1",
    "toint(true) == 1",
    "strcat(1h) == '1h'",
    "split('a', '')[0] == 'a'",
    "split('a', ',')[5] == 'a'",
    "split('a', ',')['b'] == 'a'",
    "isempty(1)",
    "isnotempty(1)",
    "isnull(null)",
    "isnotnull(null)",
    "not('x')",
    "not(IsRisky == true)",
    "iff('x', true, true)",
    "iff(IsRisky == true, true, true)",
    "case(IsRisky == true, true, false)",
    "case(ResultType == 1, true)",
    "coalesce('', '')",
    "ago('x') < now()",
    "now('x') > ago(1h)",
    "time('x') > 1h",
    "2 * 1h == 2h",
    "UserPrincipalName",
    "Status.failureReason == ''",
    "DeviceDetail['os'] == 'x'",
    "TimeGenerated == now()",
    "true < 'x'",
    "true has true",
    "1h has 1m",
    "'a' < 'b'",
    "1 + 'a' == 1",
    "1 + IsRisky == 1",
    "UserPrincipalName == dynamic({'a': 1})",
    "UserPrincipalName == dynamic([[1]])",
    "UserPrincipalName == 3weeks",
    "UserPrincipalName =~ 'orch\u00dfd'",
    "UserPrincipalName has ''",
    "UserPrincipalName matches regex strcat('a', 'b', '(')",
    f"UserPrincipalName matches regex '{'a' * 3000}'",
    "'a\u00e9' has 'a'",
    "'x_' has 'x'",
    "IsRisky == true or IsInteractive == true",
    "UserPrincipalName in (1h .. 2h)",
    "Status[IsRisky] == 1",
    "UserId ! 'x'",
    "UserId ==",
    "UserId == )",
    "UserId[",
]


@pytest.mark.parametrize("condition", UNTOLD)
def test_a_condition_of_which_it_cannot_be_told_whether_it_holds(condition: str) -> None:
    found = ask(where(condition))
    assert (found.answer, bool(found.reason)) == (Answer.UNKNOWN, True)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ('UserPrincipalName == "Orchid@contoso.com"', Answer.UNKNOWN),
        ('UserPrincipalName == "orchid@contoso.com"', Answer.UNKNOWN),
        ('UserPrincipalName =~ "orchid@contoso.com"', Answer.YES),
        ('UserPrincipalName == "birch@contoso.com"', Answer.NO),
        ('UserPrincipalName == "Orchid@contoso.com" or IsRisky == true', Answer.UNKNOWN),
        ('UserPrincipalName == "orchid@contoso.com" or IsRisky == true', Answer.UNKNOWN),
        ('UserPrincipalName == "Orchid@contoso.com" and IsRisky == true', Answer.UNKNOWN),
    ],
)
def test_a_name_with_capitals_may_stand_in_small_letters_in_the_logs(condition: str, answer: Answer) -> None:
    found = ask(where(condition), Account(ID, "Orchid@contoso.com", None))
    assert found.answer is answer
    assert ("letter case" in found.reason) is (answer is Answer.UNKNOWN and "IsRisky" not in condition)


@pytest.mark.parametrize(
    ("query", "is_about"),
    [
        (where('UserPrincipalName has "orchid" and ResultType != 0'), True),
        (where('UserPrincipalName has "juniper" and ResultType != 0'), False),
        (where('UserPrincipalName has "juniper"'), False),
        (where('UserPrincipalName has "orchid" | mv-expand x'), True),
        (where('UserPrincipalName has "juniper" | mv-expand x'), False),
        (where('UserPrincipalName has "orchid" and AppDisplayName == "A"'), True),
        ("AuditLogs", False),
        ("SigninLogs | count", False),
    ],
)
def test_tells_whether_it_is_about_the_account_at_all(query: str, is_about: bool) -> None:
    assert ask(query).about is is_about


@pytest.mark.parametrize(
    ("first", "next_one", "last"),
    [
        ("'aaaaaaaaaa'", "strcat(a{0}, a{0})", "UserId == a{0}"),
        ("36000d", "a{0} + a{0}", "TimeGenerated > ago(a{0})"),
        ("36000d", "a{0} + a{0}", "TimeGenerated > now(a{0}) - a{0}"),
        ("0d - 36000d", "a{0} + a{0}", "TimeGenerated > now(a{0})"),
        ("now()", "a{0} - 36000d", "TimeGenerated > a{0}"),
        ("999999999999999999", "a{0} + a{0}", "ResultType == a{0}"),
        ("1e308", "a{0} + a{0}", "ResultType == a{0}"),
    ],
)
def test_a_value_that_grows_without_end_is_unknown(first: str, next_one: str, last: str) -> None:
    steps = [f"let a{number + 1} = {next_one.format(number)}" for number in range(1100)]
    query = f"let a0 = {first}; {'; '.join(steps)}; SigninLogs | where {last.format(1100)}"
    assert ask(query).answer is Answer.UNKNOWN


def test_how_far_it_must_look_back_is_the_time_between_two_evaluations_and_the_delay_of_the_log() -> None:
    query = where("TimeGenerated > ago(30m)")
    assert ask(query, every=timedelta(minutes=10)).answer is Answer.YES
    assert ask(query, every=timedelta(minutes=11)).answer is Answer.UNKNOWN
    assert ask(query, every=timedelta(minutes=31)).answer is Answer.NO


def test_a_name_that_the_directory_does_not_give_is_unknown() -> None:
    assert ask(where('UserPrincipalName == "x"'), Account(ID, None, None)).answer is Answer.UNKNOWN
    assert ask(where('UserDisplayName == "x"'), Account(ID, None, None)).answer is Answer.UNKNOWN
    assert ask(where(f'UserId == "{ID}"'), Account(ID, None, None)).answer is Answer.YES
