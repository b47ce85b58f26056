# ruff: noqa: E501 - rows of sentences read better unbroken
"""Names of children, seeded in questions, to measure what share is stopped before a text leaves. Common and rare, of many origins."""

NAMES = """
Emma Julia Mila Sophie Olivia Yara Saar Nora Tess Noor Lotte Eva Zoë Sara Maud Liv Fenna Anna Fleur Roos Lynn Evi Isa Nina Sofie Feline Elin
Lina Naomi Jasmijn Femke Merel Lieke Floor Sanne Iris Bo Puck Pien Loes Guusje Amber Lisa Esmée Kiki Hanna Vera Juna Elif Zeynep Fatima Aya
Amina Maryam Salma Nour Hafsa Samira Soumaya Ikram Chaima Aaliyah Malak Yasmina Dounia Hira Leyla Esra Selin Azra Ecrin Zuzanna Maja Oliwia
Daria Anastasia Oksana Solomiya Ximena Valentina Camila Giulia Chiara Aiko Mei Linh Thuy Priya Ananya Kavya Nyah Imani Abena Adjoa Shanaya
Noah Lucas Liam Levi Luuk Finn Sem Daan Milan James Mees Jesse Siem Gijs Boaz Bram Thijs Teun Guus Hugo Ties Stijn Pim Jurre Joris Kasper
Mats Lars Sven Tijn Olivier Benjamin Thomas Jan Pieter Floris Willem Hendrik Sjoerd Jelle Wessel Rens Koen Niels Ruben Tobias Julian Jayden
Mohammed Adam Yusuf Ibrahim Ali Omar Bilal Hamza Amir Ayoub Ilyas Rayan Zakaria Sami Younes Idris Emir Kerem Yigit Mert Berat Eymen Ömer
Jakub Szymon Kacper Wojciech Bohdan Dmytro Maksym Andrei Mihai Razvan Mateo Thiago Diego Santiago Luca Matteo Lorenzo Haruto Minh Quang
Arjun Rohan Vihaan Kofi Kwame Jaylano Dwayne Xavi Quinten Fedde Douwe Sietse Tygo Dex Rowan Morris Abel Ezra Elia Jip Sam Robin Charlie
""".split()

UNLISTED = """
Ravi Suze Tjitske Wietse Evelien Wout Ilja Maeve Lauren Bente Hidde Jorrit Marijn Sterre Fay Elize Jolijn Roosmarijn Benthe Wende
Nesrin Sibel Beyza Melek Kubra Rumeysa Serkan Volkan Tolga Onur Furkan Yasemin Gamze Ilknur Burak
Ouassim Zineb Nawal Btissam Houda Mounir Tarik Redouan Abdelhak Achraf Nadir Loubna Ihssane Sanae Wassim
Agnieszka Bartosz Wiktoria Kinga Grzegorz Dawid Nikodem Malgorzata Przemek Aleksy
Ghaith Rahaf Batoul Hadi Anas Qusay Tasnim Mays Yazan Alaa Sidra Obada
Rivaldo Chayenne Ryshano Sharona Gianny Keshia Delano Shurendy Naomy Zyshon
Tesfay Selam Yonas Filmon Natnael Merhawit Hodan Abdirahman Ikraan Sagal
Pawan Diya Wei Xiuying Minji Jisoo Thanh Sakura Ren Oleksandr Yaryna Bogdana Ionela Dragos Cosmin Iliana Georgi
""".split()
"""Names that were set apart before knowledge/phrasing/first_names.txt was written, and are not on it."""

TEMPLATES = (
    "{} komt vaak te laat op school, wie bel ik?", "wie bel ik voor {}? de ouders willen geen contact", "ik maak me zorgen over {} uit groep 6",
    "mag ik met het cjg overleggen over {}?", "de moeder van {} geeft geen toestemming, wat nu?", "{} staat op de wachtlijst, wat kan ik doen?",
    "moet {} zelf bij het mdo zijn?", "leerling {} zit thuis, wie heeft de regie?",
)  # fmt: skip
