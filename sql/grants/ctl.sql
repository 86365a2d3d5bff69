-- ctl: the operator's account. It is made by hand once, by the administrator of MariaDB, before
-- anything else; `kontorctl grants` does not run this file. Choose the password, and write it to the
-- file "ctl" in the folder of [database] password_dir:
--
--     CREATE DATABASE kontor CHARACTER SET utf8mb4;
--     CREATE USER 'kontor_ctl'@'localhost' IDENTIFIED BY '...';

GRANT ALL PRIVILEGES ON kontor.* TO 'kontor_ctl'@'localhost' WITH GRANT OPTION;
GRANT CREATE USER ON *.* TO 'kontor_ctl'@'localhost';
