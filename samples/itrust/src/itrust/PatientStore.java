package itrust;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** The patients in the shared database. */
final class PatientStore {
    private final Database database;

    PatientStore(Database database) {
        this.database = database;
    }

    void add(String name, LocalDate bornOn, String email) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO patients (name, born_on, email) VALUES (?, ?, ?)")) {
            insert.setString(1, name);
            insert.setObject(2, bornOn);
            insert.setString(3, email);
            insert.executeUpdate();
        }
    }

    /** The newest patients first, at most as many as asked for. */
    List<Patient> newest(int limit) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT id, name, born_on, email FROM patients ORDER BY id DESC LIMIT ?")) {
            select.setInt(1, limit);
            List<Patient> patients = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    patients.add(new Patient(
                            row.getLong("id"),
                            row.getString("name"),
                            row.getObject("born_on", LocalDate.class),
                            row.getString("email")));
                }
            }
            return patients;
        }
    }

    long count() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM patients");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
