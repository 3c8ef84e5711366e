package shop.ledger;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;

/** What a day has brought in, account by account. */
public final class Settlement {

    private final LedgerRepository ledger;

    public Settlement(LedgerRepository ledger) {
        this.ledger = ledger;
    }

    /** The balances of a day in UTC. */
    public Map<LedgerEntry.Account, Long> of(LocalDate day) throws SQLException {
        Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant until = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Map<LedgerEntry.Account, Long> balances = new EnumMap<>(LedgerEntry.Account.class);
        for (LedgerEntry.Account account : LedgerEntry.Account.values()) {
            balances.put(account, ledger.balance(account, from, until));
        }
        return balances;
    }

    /** True when what customers owe equals what was earned. */
    public boolean balanced(LocalDate day) throws SQLException {
        Map<LedgerEntry.Account, Long> balances = of(day);
        long earned = balances.get(LedgerEntry.Account.REVENUE) + balances.get(LedgerEntry.Account.SHIPPING);
        return balances.get(LedgerEntry.Account.RECEIVABLES) == earned;
    }
}
